import type { Entity } from "./entities.ts";

export interface DiscoverySetup {
  readonly topicPrefix: string;
  readonly discoveryPrefix: string;
  readonly homeName: string;
  readonly version: string;
  readonly entities: readonly Entity[];
}

export const stateTopic = (prefix: string, { id }: Pick<Entity, "id">): string => `${prefix}/entities/${id}/state`;
export const attributesTopic = (prefix: string, { id }: Pick<Entity, "id">): string =>
  `${prefix}/entities/${id}/attributes`;
export const commandTopic = (prefix: string, { id }: Pick<Entity, "id">): string => `${prefix}/entities/${id}/set`;

/** The entity a command topic is of; undefined for other topics. */
export function entityIdIn(prefix: string, topic: string): string | undefined {
  const [before, after] = [`${prefix}/entities/`, "/set"];
  return topic.startsWith(before) && topic.endsWith(after) ? topic.slice(before.length, -after.length) : undefined;
}

const slug = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");

/** Home Assistant's one message for a device with all its entities; to be retained. */
export function discoveryOf({ topicPrefix, discoveryPrefix, homeName, version, entities }: DiscoverySetup): {
  readonly topic: string;
  readonly payload: string;
} {
  const deviceId = slug(topicPrefix);
  const component = (entity: Entity) => {
    const { id, platform, name, config, state, attributes, ask } = entity;
    const objectId = `ohmstead_${id}`;
    return {
      platform,
      unique_id: `${deviceId}_${id}`,
      name,
      default_entity_id: `${platform}.${objectId}`,
      // The same for Home Assistant before 2025.10.
      object_id: objectId,
      ...config,
      ...(state ? { state_topic: stateTopic(topicPrefix, entity) } : {}),
      ...(attributes ? { json_attributes_topic: attributesTopic(topicPrefix, entity) } : {}),
      ...(ask ? { command_topic: commandTopic(topicPrefix, entity) } : {}),
      qos: 1,
    };
  };
  const payload = {
    device: {
      identifiers: [deviceId],
      name: `Ohmstead ${homeName}`,
      manufacturer: "Ohmstead",
      model: "Home energy optimizer",
      sw_version: version,
    },
    origin: { name: "Ohmstead", sw_version: version },
    availability_topic: `${topicPrefix}/status`,
    components: Object.fromEntries(entities.map((entity) => [entity.id, component(entity)])),
  };
  return { topic: `${discoveryPrefix}/device/${deviceId}/config`, payload: JSON.stringify(payload) };
}
