import { registerConfigInEditor } from "../editor/register.ts";
import { migrations } from "./migrations.ts";

registerConfigInEditor("ohmstead-service", migrations, { url: { value: "${OHMSTEAD_URL}", required: true } });
