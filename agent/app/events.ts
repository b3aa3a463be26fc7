import {
  BRIDGE_EVENTS,
  type BridgeEvent,
  type BridgeEventName,
  type BridgeEvents,
} from '../../shared/bridge/calls.ts';

export interface Events {
  on<Name extends BridgeEventName>(name: Name, listener: (event: BridgeEvent<Name>) => void): () => void;
  /**
   * Parses by the bridge's table: what it does not name leaves nobody. A listener that throws is a defect of its own: it
   * is reported, and neither the other listeners nor whoever emits learns of it.
   */
  emit<Name extends BridgeEventName>(name: Name, event: BridgeEvent<Name>): void;
}

type Listener = (event: never) => void;

export function createEvents(report: (error: unknown) => void): Events {
  const listeners = new Map<BridgeEventName, Set<Listener>>();
  return {
    on(name, listener) {
      const ofName = listeners.get(name) ?? new Set();
      listeners.set(name, ofName.add(listener));
      return () => void ofName.delete(listener);
    },
    emit(name, event) {
      const schema: BridgeEvents[typeof name] = BRIDGE_EVENTS[name];
      const parsed = schema.parse(event);
      for (const listener of listeners.get(name) ?? []) {
        try {
          listener(parsed as never);
        } catch (error) {
          report(error);
        }
      }
    },
  };
}
