/** One instruction, its continuation lines joined. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

export interface Copy {
  /** The stage it copies from; undefined for the project's folder. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

function instructionsOf(text: string): Instruction[] {
  return text
    .replaceAll(/\\\n/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => {
      const [name = ""] = line.split(/\s+/);
      return { name: name.toUpperCase(), text: line.slice(name.length).trim() };
    });
}

/** The stages of a Dockerfile in the order of building. */
export function stagesOf(text: string): ReadonlyMap<string, Stage> {
  const stages = new Map<string, { name: string; from: string; instructions: Instruction[] }>();
  let current: { instructions: Instruction[] } | undefined;
  for (const instruction of instructionsOf(text)) {
    if (instruction.name === "FROM") {
      const [, from = "", name = ""] = /^(?:--platform=\S+\s+)?(\S+)\s+AS\s+(\S+)$/i.exec(instruction.text) ?? [];
      const stage = { name, from, instructions: [] };
      stages.set(name, stage);
      current = stage;
    } else current?.instructions.push(instruction);
  }
  return stages;
}

/** All instructions of a stage, those of the stages it is built on first. */
export function inherited(stages: ReadonlyMap<string, Stage>, name: string): readonly Instruction[] {
  const stage = stages.get(name);
  return stage ? [...inherited(stages, stage.from), ...stage.instructions] : [];
}

export function lastOf(instructions: readonly Instruction[], name: string): string | undefined {
  return instructions.findLast((each) => each.name === name)?.text;
}

export function copiesOf(instructions: readonly Instruction[]): Copy[] {
  return instructions
    .filter(({ name }) => name === "COPY")
    .map(({ text }) => {
      const words = text.split(/\s+/);
      const from = words.find((word) => word.startsWith("--from="))?.slice("--from=".length);
      const paths = words.filter((word) => !word.startsWith("--"));
      return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? "" };
    });
}
