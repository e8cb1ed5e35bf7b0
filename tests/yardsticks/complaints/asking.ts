import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { text } from "node:stream/consumers";
import type { Answer, Question } from "./ask.ts";

const SCRIPT = fileURLToPath(new URL("./ask-once.ts", import.meta.url));

/** The same question to a process that has never solved anything. */
export async function askFreshProcess(question: Question): Promise<Answer> {
  const child = spawn(process.execPath, ["--conditions=source", SCRIPT], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(question));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const [answer, code] = await Promise.all([text(child.stdout), ended]);
  if (code !== 0) throw new Error(`the fresh process ended with ${code}`);
  return JSON.parse(answer) as Answer;
}
