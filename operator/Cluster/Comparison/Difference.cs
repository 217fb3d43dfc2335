using System.Collections;
using GemmaOperator.Text;
using k8s;
using k8s.Models;

namespace GemmaOperator.Cluster.Comparison;

/// <summary>Says that a field of a live object isn't what was asked for.</summary>
/// <param name="Path">Its path, as <c>.spec.replicas</c>; empty for the object itself.</param>
/// <param name="Asked">What was asked for.</param>
/// <param name="Stands">What is there; null when nothing is.</param>
internal sealed record Difference(string Path, object? Asked, object? Stands)
{
    /// <summary>Renders it for people, without what looks like a credential.</summary>
    public string Sentence =>
        $"{Path}: asked for {Shown(Asked)}, {(Stands is null ? "nothing" : Shown(Stands))} stands there";

    /// <summary>Returns the same below another field.</summary>
    public Difference Below(string parent) => this with { Path = parent + Path };

    /// <summary>Returns a hash of what stands in place of what was asked for.</summary>
    public static string HashOf(IEnumerable<Difference> differences) =>
        new Fingerprint().WithList("difference", differences.Select(d => $"{d.Path}={Text(d.Stands)}")).Hex(16);

    private static string Shown(object? value) => Quoted.Of(MaskedLog.Of(Text(value)));

    private static string Text(object? value) =>
        value switch
        {
            null => "",
            string text => text,
            ResourceQuantity quantity => quantity.ToString(),
            IntOrString number => number.Value,
            DateTime or ValueType => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "",
            IDictionary or IEnumerable => KubernetesJson.Serialize(value),
            _ => KubernetesJson.Serialize(value),
        };
}
