@NullMarked
package fairlead.launcher.demo;

import org.jspecify.annotations.NullMarked;
