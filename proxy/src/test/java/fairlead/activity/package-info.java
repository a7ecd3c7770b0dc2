@NullMarked
package fairlead.activity;

import org.jspecify.annotations.NullMarked;
