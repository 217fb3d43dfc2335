using System.Globalization;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Api.Validation;

/// <summary>
/// Checks requests and limits of a container as the API server does before it takes a pod (ValidateContainerResources
/// in pkg/apis/core/validation), so that a mistake is told by its field and not by a Job that never comes.
/// </summary>
internal static class ResourceRules
{
    private const string HugePages = "hugepages-";

    private const string Names =
        "give cpu, memory, ephemeral-storage, hugepages-SIZE or an extended resource such as nvidia.com/gpu";

    private static readonly string[] Standard = ["cpu", "memory", "ephemeral-storage"];

    /// <summary>Reports what is wrong with a field that holds requests and limits.</summary>
    /// <param name="path">The field.</param>
    /// <param name="resources">What it holds.</param>
    /// <param name="findings">Where to.</param>
    /// <param name="device">A resource of which the operator itself sets the limit; null when there is none.</param>
    /// <param name="devices">That limit.</param>
    public static void Check(
        string path,
        V1ResourceRequirements? resources,
        Findings findings,
        string? device = null,
        int devices = 0
    )
    {
        var limits = Read($"{path}.limits", resources?.Limits, findings);
        var requests = Read($"{path}.requests", resources?.Requests, findings);
        if (device is { Length: > 0 } && devices > 0)
        {
            limits[device] = new Amount(devices.ToString(CultureInfo.InvariantCulture), devices);
        }

        foreach (var (name, request) in requests)
        {
            CheckRequest(path, name, request, limits.GetValueOrDefault(name), findings);
        }

        var all = limits.Keys.Concat(requests.Keys).ToList();
        if (all.Any(IsHugePages) && !all.Any(name => name is "cpu" or "memory"))
        {
            findings.Add(path, "huge pages come only with cpu or memory", "give a limit of cpu or of memory, too");
        }
    }

    private static void CheckRequest(string path, string name, Amount request, Amount? limit, Findings findings)
    {
        var field = $"{path}.requests.{name}";
        if (IsOvercommitted(name))
        {
            if (request.Value > limit?.Value)
            {
                findings.Add(
                    field,
                    $"{Quoted.Of(request.Text)} is more than the limit of {Quoted.Of(limit.Text)}",
                    "lower the request or raise the limit"
                );
            }
        }
        else if (limit is null)
        {
            findings.Add(
                field,
                $"{name} has a request and no limit",
                "give the same limit, or the limit alone: the request is then the same"
            );
        }
        else if (request.Value != limit.Value)
        {
            findings.Add(
                field,
                $"{Quoted.Of(request.Text)} isn't the limit, {Quoted.Of(limit.Text)}",
                $"leave the request out: that of {name} is always its limit"
            );
        }
    }

    /// <summary>Returns what can be compared; the rest was reported.</summary>
    private static Dictionary<string, Amount> Read(
        string path,
        IDictionary<string, ResourceQuantity>? quantities,
        Findings findings
    )
    {
        var read = new Dictionary<string, Amount>(StringComparer.Ordinal);
        foreach (var (name, quantity) in quantities ?? new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal))
        {
            if (!IsOfContainer(name))
            {
                findings.Add(path, $"{Quoted.Of(name)} is no resource of a container", Names);
            }
            else if (AmountOf($"{path}.{name}", quantity, findings) is { } amount)
            {
                read[name] = amount;
                CheckUnit($"{path}.{name}", name, amount, findings);
            }
        }

        return read;
    }

    /// <summary>Reads a quantity that can be stored as it is meant; null for one that was reported.</summary>
    private static Amount? AmountOf(string field, ResourceQuantity? quantity, Findings findings)
    {
        var (canonical, value) = Canonical(quantity);
        var text = (quantity as WrittenQuantity)?.Text ?? canonical;
        if (text is null || !Syntax.Quantity().IsMatch(text))
        {
            findings.Add(field, $"{Quoted.Of(text)} isn't a quantity", "write it as in 500m, 4 or 16Gi");
            return null;
        }

        if (Syntax.Quantity().IsMatch(canonical!))
        {
            return new Amount(text, value);
        }

        // Whoever keeps it writes it anew, in units that the API doesn't take: 0.000001 as 1u, 1000P as 1E.
        if (value * 1000 % 1 != 0)
        {
            findings.Add(field, $"{Quoted.Of(text)} is finer than thousandths", "write it as in 1m, 500m or 2");
        }
        else
        {
            findings.Add(field, $"{Quoted.Of(text)} is out of range", "write at most 999P");
        }

        return null;
    }

    /// <summary>One that is beyond what can be reckoned with can't be written out either.</summary>
    private static (string? Text, decimal Value) Canonical(ResourceQuantity? quantity)
    {
        try
        {
            return quantity is null ? (null, 0) : (quantity.ToString(), quantity.ToDecimal());
        }
        catch (OverflowException)
        {
            return ("a number out of range", 0);
        }
    }

    private static void CheckUnit(string field, string name, Amount amount, Findings findings)
    {
        if (IsExtended(name) && amount.Value % 1 != 0)
        {
            findings.Add(field, $"{Quoted.Of(amount.Text)} of {name} isn't a whole number", "give whole devices");
        }
        else if (IsExtended(name) && amount.Value > long.MaxValue)
        {
            findings.Add(field, $"{Quoted.Of(amount.Text)} of {name} is out of range", "give as many as a node has");
        }

        if (IsHugePages(name) && PageSize(name) is var size && (size is not > 0 || amount.Value % size != 0))
        {
            findings.Add(
                field,
                $"{Quoted.Of(amount.Text)} isn't a multiple of a page",
                "write the size of a page in the name and a multiple of it, as in hugepages-2Mi: 512Mi"
            );
        }
    }

    private static decimal? PageSize(string name) =>
        name[HugePages.Length..] is var size && Syntax.Quantity().IsMatch(size)
            ? Canonical(new ResourceQuantity(size)).Value
            : null;

    private static bool IsOfContainer(string name) =>
        Standard.Contains(name, StringComparer.Ordinal)
        || (IsHugePages(name) && !UntrustedText.HasControl(name) && name.Length <= 63)
        || (Syntax.ExtendedResource().IsMatch(name) && !name.StartsWith("requests.", StringComparison.Ordinal));

    private static bool IsHugePages(string name) => name.StartsWith(HugePages, StringComparison.Ordinal);

    /// <summary>Kubernetes' own names, be they with a domain, are measured and not counted.</summary>
    private static bool IsExtended(string name) =>
        name.Contains('/', StringComparison.Ordinal) && !name.Contains("kubernetes.io/", StringComparison.Ordinal);

    /// <summary>Tells whether a node may have given away more of it than it has.</summary>
    private static bool IsOvercommitted(string name) => !IsExtended(name) && !IsHugePages(name);

    /// <param name="Text">As the user wrote it.</param>
    /// <param name="Value">In units.</param>
    private sealed record Amount(string Text, decimal Value);
}
