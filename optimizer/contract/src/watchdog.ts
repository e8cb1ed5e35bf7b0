/**
 * The timer in Home Assistant that Node-RED starts again and again while somebody drives the house. When it runs out, Home Assistant
 * puts the devices into their safe state by itself (optimizer/docs/home-assistant.md).
 */
export const WATCHDOG_TIMER = "timer.ohmstead_watchdog";

/** On while somebody drives the house; off from the moment the watchdog has acted until the heart beats again. */
export const WATCHDOG_DRIVES = "input_boolean.ohmstead_drives";
