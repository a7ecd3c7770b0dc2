package fairlead.naming;

/**
 * One rewrite rule: names that begin with {@code prefix} stand for {@code dst} followed by what is
 * left.
 */
public record Dentry(Prefix prefix, NameTree<Path> dst) {}
