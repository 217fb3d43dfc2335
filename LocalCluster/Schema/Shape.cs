namespace LocalCluster.Schema;

/// <summary>
/// Says how the parts of an object merge: what server-side apply and strategic merge need to know of a type.
/// </summary>
internal abstract class Shape
{
    /// <summary>Says whether the value is replaced as a whole.</summary>
    public virtual bool IsAtomic => false;

    /// <summary>Says whether a list is a set of scalars.</summary>
    public virtual bool IsSet => false;

    /// <summary>Gets the fields that identify an item of a list; empty when the list isn't a map.</summary>
    public virtual IReadOnlyList<string> Keys => [];

    /// <summary>Returns the value of a key that an item leaves out; null for none.</summary>
    public virtual string? KeyDefault(string key) => null;

    public abstract Shape Field(string name);

    public abstract Shape Item();
}
