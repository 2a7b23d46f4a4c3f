export { ProofFiles, type Proof, type Subject } from './proofFiles';
export { ThreadFiles } from './threadFiles';
