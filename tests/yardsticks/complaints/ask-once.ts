// Answers one question from standard input in a process of its own: `node --conditions=source ask-once.ts`.
import { text } from "node:stream/consumers";
import { createSolver } from "../../../optimizer/src/solver/solver.ts";
import { ask, type Question } from "./ask.ts";

const question = JSON.parse(await text(process.stdin)) as Question;
const solver = createSolver();
try {
  process.stdout.write(JSON.stringify(await ask(question, solver)));
} finally {
  await solver.stop();
}
