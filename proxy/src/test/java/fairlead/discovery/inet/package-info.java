@NullMarked
package fairlead.discovery.inet;

import org.jspecify.annotations.NullMarked;
