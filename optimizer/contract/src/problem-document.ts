import { z } from "zod";

/** RFC 9457 problem document: every error of the API and of `ohmstead solve`. */
export const ProblemDocument = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z
    .array(z.strictObject({ field: z.string(), message: z.string() }))
    .readonly()
    .optional(),
});
export type ProblemDocument = Readonly<z.output<typeof ProblemDocument>>;
