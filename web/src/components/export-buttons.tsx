// "Export CSV" and "Export JSON" with progress; the file holds all rows that match, not the page.
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { type ExportChunk, ExportFormat } from "@/gen/tradingd/v1/exports_pb";
import { t } from "@/lib/i18n";
import { type ExportProgress, readExport, saveFile } from "@/lib/save-export";
import { Button } from "./button";
import { ErrorNotice } from "./error-notice";

interface ExportButtonsProps {
  /** File name without its ending, e.g. "trades". */
  name: string;
  open(format: ExportFormat): AsyncIterable<{ chunk?: ExportChunk | undefined }>;
}

export function ExportButtons({ name, open }: ExportButtonsProps) {
  const [progress, setProgress] = useState<ExportProgress>();
  const run = useMutation({
    mutationFn: async (format: ExportFormat) => {
      const ending = format === ExportFormat.NDJSON ? "ndjson" : "csv";
      const day = new Date().toISOString().slice(0, 10);
      saveFile(await readExport(open(format), setProgress), `${name}_${day}.${ending}`);
    },
    onSettled: () => setProgress(undefined),
  });
  const busy =
    run.isPending && t("export.working", { count: progress?.rows ?? 0 });
  const csv = run.variables === ExportFormat.CSV;
  return (
    <>
      <Button
        busy={csv && busy}
        disabled={run.isPending}
        onClick={() => run.mutate(ExportFormat.CSV)}
      >
        {t("export.csv")}
      </Button>
      <Button
        busy={!csv && busy}
        disabled={run.isPending}
        onClick={() => run.mutate(ExportFormat.NDJSON)}
      >
        {t("export.json")}
      </Button>
      {run.isError && <ErrorNotice title={t("export.failed")} error={run.error} />}
    </>
  );
}
