// The few notices that are on screen: at most five, the oldest makes room.
import type { Tone } from "@/components/badge";
import { createStore } from "@/lib/store";

export interface Notice {
  tone: Tone;
  title: string;
  text: string;
  /** Stays until somebody takes it away. */
  stays: boolean;
  /** A newer notice of the same subject takes its place. */
  subject?: string;
}

export interface Toast extends Notice {
  id: number;
}

const MOST = 5;
const SHOWN_MS = 6_000;

export const toasts = createStore<Toast[]>([]);

let made = 0;

export function dismissToast(id: number): void {
  toasts.set(toasts.get().filter((each) => each.id !== id));
}

export function dismissToasts(): void {
  toasts.set([]);
}

export function showToast(notice: Notice): void {
  made += 1;
  const id = made;
  const others = toasts
    .get()
    .filter(({ subject }) => subject === undefined || subject !== notice.subject);
  toasts.set([...others, { ...notice, id }].slice(-MOST));
  if (!notice.stays) setTimeout(() => dismissToast(id), SHOWN_MS);
}
