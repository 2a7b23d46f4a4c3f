export { ProofFiles, type Proof, type Subject } from './proofFiles';
