/** Tests of the HTTP/1.1 codec, with a second parser to hold it to. */
@NullMarked
package fairlead.http1;

import org.jspecify.annotations.NullMarked;
