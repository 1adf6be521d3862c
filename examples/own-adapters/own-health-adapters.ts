import {
  type Alert,
  type AlertStore,
  type ApplyOptions,
  type DayProfile,
  type Delivery,
  type HabitStore,
  type Message,
  type Notifier,
  PlantHealthError,
  type Receiver,
  type TakeOptions,
  type Transition,
} from "@lmnh/plant-health";

/** Habits in memory, by plant and day. */
export class MemoryHabitStore implements HabitStore {
  readonly #profiles = new Map<string, DayProfile>();

  async profiles(sinceDay: string): Promise<readonly DayProfile[]> {
    const found = [...this.#profiles.values()].filter(({ day }) => day >= sinceDay);
    return found.sort((a, b) => a.plantId - b.plantId || (a.day < b.day ? -1 : 1));
  }

  async saveProfiles(profiles: readonly DayProfile[], keepFromDay: string): Promise<void> {
    for (const profile of profiles) this.#profiles.set(`${profile.plantId} ${profile.day}`, profile);
    for (const [key, { day }] of this.#profiles) if (day < keepFromDay) this.#profiles.delete(key);
  }
}

/** An alert store around another one that calls a function for each alert that fires. */
export class SignallingAlertStore implements AlertStore {
  readonly #store: AlertStore;
  readonly #onFire: () => void;

  constructor(store: AlertStore, onFire: () => void) {
    this.#store = store;
    this.#onFire = onFire;
  }

  async apply(transitions: readonly Transition[], options: ApplyOptions): Promise<void> {
    await this.#store.apply(transitions, options);
    for (const { kind } of transitions) if (kind === "fire") this.#onFire();
  }

  alerts(resolvedSinceMs: number): Promise<readonly Alert[]> {
    return this.#store.alerts(resolvedSinceMs);
  }

  deleteResolved(resolvedUntilMs: number): Promise<void> {
    return this.#store.deleteResolved(resolvedUntilMs);
  }

  acknowledge(alertId: string, atMs: number): Promise<boolean> {
    return this.#store.acknowledge(alertId, atMs);
  }

  remind(
    firedUntilMs: number,
    options: { readonly atMs: number; readonly receivers: readonly Receiver[] },
  ): Promise<void> {
    return this.#store.remind(firedUntilMs, options);
  }

  take(due: TakeOptions): Promise<readonly Delivery[]> {
    return this.#store.take(due);
  }

  markDelivered(deliveryIds: readonly number[], atMs: number): Promise<void> {
    return this.#store.markDelivered(deliveryIds, atMs);
  }

  markFailed(deliveryIds: readonly number[], reason: string, retryAtMs: number | null): Promise<void> {
    return this.#store.markFailed(deliveryIds, reason, retryAtMs);
  }

  lastDelivery(): Promise<{ readonly atMs: number; readonly notifier: string } | null> {
    return this.#store.lastDelivery();
  }
}

/** A notifier that posts messages to a chat of the house. */
export function chatNotifier(post: (text: string, signal: AbortSignal) => Promise<void>): Notifier {
  return {
    name: "chat",
    sendsResolved: true,
    async notify(message: Message, signal: AbortSignal) {
      const lines = message.items.map(({ key, plant, heading, sentence }) =>
        [key, plant?.name ?? "The museum", heading, sentence].map(shortLine).join(" · "),
      );
      try {
        await post(lines.join("\n"), signal);
      } catch (error) {
        throw new PlantHealthError("DELIVERY_FAILED", "retry", "The chat did not accept it.", {
          cause: error,
        });
      }
    },
  };
}

/** Without control and direction characters, at most 500 characters. */
function shortLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, "").slice(0, 500);
}
