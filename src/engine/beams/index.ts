export * from './beamSearch';
export * from './finishedHypotheses';
export * from './tokenScores';
