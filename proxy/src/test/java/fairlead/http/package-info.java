/** Tests of the head table. */
@NullMarked
package fairlead.http;

import org.jspecify.annotations.NullMarked;
