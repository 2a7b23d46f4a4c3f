export { doctorFacts, type DoctorParts } from './doctorFacts';
export { RecentErrors } from './recentErrors';
export { writeReport } from './report';
