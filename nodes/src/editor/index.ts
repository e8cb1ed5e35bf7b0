import "../ohmstead-service/editor.ts";
import "../ohmstead-telemetry/editor.ts";
import "../ohmstead-recommendation/editor.ts";
import "../ohmstead-plan/editor.ts";
import "../ohmstead-command/editor.ts";
import "../ohmstead-fallback/editor.ts";
import "../ohmstead-override/editor.ts";
