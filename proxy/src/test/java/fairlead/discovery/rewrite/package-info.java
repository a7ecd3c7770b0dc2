@NullMarked
package fairlead.discovery.rewrite;

import org.jspecify.annotations.NullMarked;
