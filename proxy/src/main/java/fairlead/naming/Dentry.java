package fairlead.naming;

/**
 * One rewrite rule: names that begin with {@code prefix} stand for {@code dst} followed by what is
 * left.
 */
public record Dentry(Prefix prefix, NameTree<Path> dst) {
  /** As sent to other proxies and kept in stores: {@code prefix=>tree}. */
  public String show() {
    return prefix.show() + "=>" + NameTrees.show(dst);
  }

  /** As shown to people: {@code prefix => tree}. */
  @Override
  public String toString() {
    return prefix.show() + " => " + NameTrees.show(dst);
  }
}
