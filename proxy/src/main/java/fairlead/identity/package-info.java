/** Which host this is: EC2 and ECS metadata, Consul, own interfaces ({@code spec/ecs.md} §2). */
@NullMarked
package fairlead.identity;

import org.jspecify.annotations.NullMarked;
