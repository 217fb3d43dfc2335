using k8s.Models;

namespace Operator.Tests.Runtime.Gadgets;

/// <summary>CRDs of <see cref="Gadget"/> and of kinds like it.</summary>
internal static class GadgetDefinition
{
    public static V1CustomResourceDefinition Make() => Make("Gadget");

    public static V1CustomResourceDefinition Make(string kind) =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = $"{kind.ToLowerInvariant()}s.{Gadget.Domain}" },
            Spec = new V1CustomResourceDefinitionSpec
            {
                Group = Gadget.Domain,
                Scope = "Namespaced",
                Names = new V1CustomResourceDefinitionNames
                {
                    Kind = kind,
                    ListKind = $"{kind}List",
                    Plural = $"{kind.ToLowerInvariant()}s",
                    Singular = kind.ToLowerInvariant(),
                },
                Versions =
                [
                    new V1CustomResourceDefinitionVersion
                    {
                        Name = "v1",
                        Served = true,
                        Storage = true,
                        Subresources = new V1CustomResourceSubresources { Status = new object() },
                        Schema = new V1CustomResourceValidation { OpenAPIV3Schema = Schema() },
                    },
                ],
            },
        };

    private static V1JSONSchemaProps Schema()
    {
        var integer = new V1JSONSchemaProps { Type = "integer" };
        return Object(
            ("spec", Object(("size", integer))),
            (
                "status",
                Object(
                    ("observedGeneration", new V1JSONSchemaProps { Type = "integer", Format = "int64" }),
                    ("size", integer)
                )
            )
        );
    }

    private static V1JSONSchemaProps Object(params (string Name, V1JSONSchemaProps Schema)[] properties) =>
        new() { Type = "object", Properties = properties.ToDictionary(p => p.Name, p => p.Schema) };
}
