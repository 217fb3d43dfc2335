namespace LocalCluster.Schema;

/// <summary>Says how a custom resource merges: its schema, and the metadata that every object has.</summary>
internal sealed class ObjectShape(Shape schema) : Shape
{
    public override Shape Field(string name) =>
        name == "metadata" ? BuiltinShape.Root.Field("metadata") : schema.Field(name);

    public override Shape Item() => schema.Item();
}
