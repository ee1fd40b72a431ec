/** Asks for debug mode, as a page that wants it does. */
import 'skein/debug';
