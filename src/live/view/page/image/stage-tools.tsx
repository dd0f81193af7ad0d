/** The buttons that lie over an image: the tool for regions, and back to the whole image. */
import type { VNode } from 'preact';
import { Icon, type IconName } from '../parts/icons.tsx';

interface StageToolsProps {
  readonly isDrawing: boolean;
  readonly hasRegion: boolean;
  readonly canDraw: boolean;
  readonly isZoomed: boolean;
  readonly onDrawing: (isDrawing: boolean) => void;
  readonly onClear: () => void;
  readonly onReset: () => void;
}

export function StageTools({
  isDrawing,
  hasRegion,
  canDraw,
  isZoomed,
  onDrawing,
  onClear,
  onReset,
}: StageToolsProps): VNode {
  return (
    <div class="stage-tools" onPointerDown={(event) => event.stopPropagation()}>
      {canDraw && (
        <StageButton
          icon="region"
          name="Draw a region of interest"
          keyName="r"
          isPressed={isDrawing}
          onPress={() => onDrawing(!isDrawing)}
        />
      )}
      {canDraw && hasRegion && (
        <StageButton icon="clear" name="Remove the region" keyName="Delete" onPress={onClear} />
      )}
      {isZoomed && <StageButton icon="whole" name="Show the whole image" keyName="0" onPress={onReset} />}
    </div>
  );
}

interface StageButtonProps {
  readonly icon: IconName;
  readonly name: string;
  readonly keyName: string;
  readonly isPressed?: boolean;
  readonly onPress: () => void;
}

function StageButton({ icon, name, keyName, isPressed, onPress }: StageButtonProps): VNode {
  return (
    <button
      type="button"
      class="tool"
      title={`${name} (${keyName})`}
      aria-label={name}
      aria-pressed={isPressed}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  );
}
