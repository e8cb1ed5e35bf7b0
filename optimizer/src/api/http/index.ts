export { createHttpApi, type HttpApi, type HttpApiSetup } from "./http-api.ts";
export { problemOf } from "./problems.ts";
