// A life of the optimizer's connection to one relay, to be killed: node --conditions=source relay-life.ts <broker> <will after, s>
import { createBrokerLink } from "../../optimizer/src/transport/broker-link.ts";

const [url = "", afterS = ""] = process.argv.slice(2);
const silent = { info: () => undefined, warn: () => undefined };
createBrokerLink({
  url,
  clientId: "ohmstead-relay-rod",
  will: { topic: "rod/set", payload: "OFF", afterS: Number(afterS) },
  onConnect: () => console.log("connected"),
  logger: silent,
}).start();
