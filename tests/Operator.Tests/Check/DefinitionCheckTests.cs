using GemmaOperator.Check;
using k8s.Models;
using static Operator.Tests.Check.Facts;

namespace Operator.Tests.Check;

/// <summary>Definitions as a cluster may have them, against those that the program was built with.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class DefinitionCheckTests
{
    [Test]
    public void A_definition_that_is_not_there_is_a_failure() =>
        Assert.That(OfDefinition(_ => null), Is.EqualTo((CheckStatus.Fail, true)));

    [Test]
    public void A_definition_of_an_older_version_names_the_fields_that_it_lacks()
    {
        var line = DefinitionLine(crd =>
        {
            Schema(crd).Properties["spec"].Properties.Remove("rollout");
            return crd;
        });
        Assert.That(line.Status, Is.EqualTo(CheckStatus.Fail));
        Assert.That(line.What, Does.Contain("it lacks spec.rollout"));
        Assert.That(line.Remedy, Does.Contain("kubectl apply --server-side --force-conflicts -f crds/"));
    }

    [Test]
    public void A_definition_of_a_newer_version_is_a_warning()
    {
        var line = DefinitionLine(crd =>
        {
            Schema(crd).Properties["spec"].Properties["novel"] = new V1JSONSchemaProps { Type = "string" };
            return crd;
        });
        Assert.That((line.Status, line.What.Contains("spec.novel")), Is.EqualTo((CheckStatus.Warn, true)));
    }

    [Test]
    public void A_definition_whose_bounds_differ_names_the_field_and_not_those_above_it()
    {
        var line = DefinitionLine(crd =>
        {
            Schema(crd).Properties["spec"].Properties["schedule"].MaxLength = 7;
            return crd;
        });
        Assert.That(line.Status, Is.EqualTo(CheckStatus.Warn));
        Assert.That(line.What, Does.EndWith("differs from this version's in spec.schedule"));
    }

    [Test]
    public void A_definition_of_a_Helm_release_says_what_another_release_needs()
    {
        var line = DefinitionLine(crd =>
        {
            crd.Metadata.Annotations = new Dictionary<string, string>
            {
                ["meta.helm.sh/release-name"] = "first",
                ["meta.helm.sh/release-namespace"] = "gemma-system",
            };
            return crd;
        });
        Assert.That(line.What, Does.Contain("gemma-system/first").And.Contain("crds.install=false"));
    }

    [Test]
    public void A_definition_that_is_not_established_says_why()
    {
        var line = DefinitionLine(crd =>
        {
            crd.Status = new V1CustomResourceDefinitionStatus
            {
                Conditions =
                [
                    new V1CustomResourceDefinitionCondition
                    {
                        Type = "NamesAccepted",
                        Status = "False",
                        Message = "gbi is taken",
                    },
                ],
            };
            return crd;
        });
        Assert.That(line.Status, Is.EqualTo(CheckStatus.Fail));
        Assert.That(line.What, Does.Contain("gbi is taken"));
    }

    private static (CheckStatus, bool) OfDefinition(
        Func<V1CustomResourceDefinition, V1CustomResourceDefinition?> change
    )
    {
        var line = DefinitionLine(change);
        return (line.Status, line.What.EndsWith("isn't there", StringComparison.Ordinal));
    }

    private static CheckLine DefinitionLine(Func<V1CustomResourceDefinition, V1CustomResourceDefinition?> change) =>
        Line(
            Good with
            {
                Definitions =
                [
                    .. ShippedDefinitions.All.Select(
                        (crd, i) => (crd, i == 0 ? new(change(Found(crd).Value!)) : Found(crd))
                    ),
                ],
            },
            "Definitions"
        );

    private static V1JSONSchemaProps Schema(V1CustomResourceDefinition crd) =>
        crd.Spec.Versions.Single().Schema.OpenAPIV3Schema;
}
