export * from './channel';
export * from './chatPanelProtocol';
export {
	chatLabelNames,
	longestName,
	longestText,
	parseChatLabels,
	placeScheme,
	type CardView,
	type ChatLabel,
	type ChatLabels,
	type ChipView,
	type CommandView,
	type OlderView,
	type StatusView,
	type TurnView,
} from './chatPanelViews';
export * from './deviceProtocol';
export * from './engineProtocol';
export type { PackCompared } from './packProtocol';
export * from './parseFromEngine';
export * from './parseToEngine';
export * from './resultPanelProtocol';
export * from './tokenProtocol';
