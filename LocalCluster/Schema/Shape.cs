namespace LocalCluster.Schema;

/// <summary>
/// How the parts of an object merge: what server-side apply and strategic merge need to know of a type.
/// </summary>
internal abstract class Shape
{
    /// <summary>The value is replaced as a whole.</summary>
    public virtual bool IsAtomic => false;

    /// <summary>A list is a set of scalars.</summary>
    public virtual bool IsSet => false;

    /// <summary>Fields that identify an item of a list; empty when the list isn't a map.</summary>
    public virtual IReadOnlyList<string> Keys => [];

    /// <summary>Values of keys that an item leaves out.</summary>
    public virtual string? KeyDefault(string key) => null;

    public abstract Shape Field(string name);

    public abstract Shape Item();
}
