/** The Python that starts the core of the tests; undefined while it is not installed. */
export function homeAssistantPython(): string | undefined;
/** Throws with what to install. */
export function installHomeAssistant(): string;
