using System.Runtime.CompilerServices;
using GemmaOperator.Api.Access;
using GemmaOperator.Builds.Inputs.Access;
using GemmaOperator.Cluster;
using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Reconcile;

/// <summary>Reads the authorities that a spec names, and remembers what is wrong with them.</summary>
internal sealed class CaBundleReader(ConfigMapReader configMaps)
{
    private readonly ConditionalWeakTable<string, StrongBox<FieldError?>> _judged = [];

    /// <summary>Returns what is wrong with the certificates, or what is missing; nulls when nothing is.</summary>
    public async Task<(FieldError? Wrong, string? Missing)> ReadAsync(
        string ns,
        BundleReference reference,
        CancellationToken cancellationToken
    )
    {
        var (text, error) = await configMaps.ReadAsync(ns, reference.Name, reference.Key, cancellationToken);
        if (text is null)
        {
            return (null, $"{CaBundle.Field}: {error}");
        }

        var where = $"ConfigMap {ns}/{reference.Name}, key {reference.Key},";
        return (_judged.GetValue(text, t => new StrongBox<FieldError?>(CaBundle.Judge(t, where))).Value, null);
    }
}
