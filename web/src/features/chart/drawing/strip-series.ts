// A series of coloured cells that fills its pane: one row (shading behind the candles) or several
// with names (a strip of votes). Only what is in view is drawn.
import {
  type CustomData,
  type CustomSeriesOptions,
  type CustomSeriesPricePlotValues,
  type CustomSeriesWhitespaceData,
  type ICustomSeriesPaneRenderer,
  type ICustomSeriesPaneView,
  type PaneRendererCustomData,
  type Time,
  customSeriesDefaultOptions,
} from "lightweight-charts";

/** What of a cell is filled: its place within the row says the same as its colour. */
export interface Cell {
  colour: string;
  /** 0 is the top of the row, 1 its bottom. */
  from: number;
  to: number;
}

export interface StripData extends CustomData {
  /** One for each row; undefined for an empty one. */
  cells: (Cell | undefined)[];
}

type Target = Parameters<ICustomSeriesPaneRenderer["draw"]>[0];

export class StripSeries implements ICustomSeriesPaneView<Time, StripData> {
  #data: PaneRendererCustomData<Time, StripData> | undefined;

  constructor(
    private readonly rows: string[],
    private readonly ink: string,
  ) {}

  renderer(): ICustomSeriesPaneRenderer {
    return { draw: (target) => this.#draw(target) };
  }

  update(data: PaneRendererCustomData<Time, StripData>): void {
    this.#data = data;
  }

  priceValueBuilder(): CustomSeriesPricePlotValues {
    return [0, 1, 0.5];
  }

  isWhitespace(data: StripData | CustomSeriesWhitespaceData<Time>): data is CustomSeriesWhitespaceData<Time> {
    return !("cells" in data);
  }

  defaultOptions(): CustomSeriesOptions {
    return { ...customSeriesDefaultOptions };
  }

  #draw(target: Target): void {
    const data = this.#data;
    const range = data?.visibleRange;
    if (!data || !range) return;
    target.useBitmapCoordinateSpace(({ context, bitmapSize, horizontalPixelRatio, verticalPixelRatio }) => {
      const height = bitmapSize.height / Math.max(1, this.rows.length);
      const gap = this.rows.length > 1 ? Math.max(1, Math.round(verticalPixelRatio)) : 0;
      const half = (data.barSpacing * horizontalPixelRatio) / 2;
      for (let index = range.from; index < range.to; index += 1) {
        const bar = data.bars[index];
        if (!bar) continue;
        const left = Math.round(bar.x * horizontalPixelRatio - half);
        const width = Math.max(1, Math.round(bar.x * horizontalPixelRatio + half) - left);
        for (const [row, cell] of bar.originalData.cells.entries()) {
          if (!cell) continue;
          const top = Math.round((row + cell.from) * height);
          context.fillStyle = cell.colour;
          context.fillRect(left, top, width, Math.round((row + cell.to) * height) - top - gap);
        }
      }
      context.fillStyle = this.ink;
      context.font = `${Math.round(10 * verticalPixelRatio)}px system-ui, sans-serif`;
      context.textBaseline = "middle";
      for (const [row, name] of this.rows.entries()) {
        context.fillText(name, 6 * horizontalPixelRatio, (row + 0.5) * height);
      }
    });
  }
}
