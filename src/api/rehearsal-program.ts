/** The program that a waiting process becomes in its rehearsal: it lets Node find a package. */
import.meta.resolve('koffi');
