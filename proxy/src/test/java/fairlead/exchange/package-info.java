/** Tests of what an exchange is made of. */
@NullMarked
package fairlead.exchange;

import org.jspecify.annotations.NullMarked;
