// Tabs with the keyboard and roles that people expect of them.
import { Tabs as Kit } from "radix-ui";
import type { ReactNode } from "react";

export interface Tab {
  value: string;
  label: string;
  content: ReactNode;
}

interface TabsProps {
  label: string;
  tabs: Tab[];
  value: string;
  onChange(value: string): void;
}

export function Tabs({ label, tabs, value, onChange }: TabsProps) {
  return (
    <Kit.Root value={value} onValueChange={onChange} className="grid min-w-0 gap-4">
      <Kit.List aria-label={label} className="flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map((tab) => (
          <Kit.Trigger
            key={tab.value}
            value={tab.value}
            className="-mb-px border-b-2 border-transparent px-3 py-2 text-sm font-medium whitespace-nowrap text-muted hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
          >
            {tab.label}
          </Kit.Trigger>
        ))}
      </Kit.List>
      {tabs.map((tab) => (
        <Kit.Content key={tab.value} value={tab.value} className="grid min-w-0 gap-4">
          {tab.content}
        </Kit.Content>
      ))}
    </Kit.Root>
  );
}
