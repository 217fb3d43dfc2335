using System.Text.RegularExpressions;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Routing;
using GemmaOperator.Api.Validation.Pods;
using GemmaOperator.Api.Words;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation.Routing;

/// <summary>Checks what stands in front of the served pods. Pure; never throws, whatever the object holds.</summary>
internal static partial class RoutingRules
{
    /// <summary>Bounds the gateways of a route.</summary>
    public const int MostParents = 8;

    /// <summary>Bounds the host names of a route; the Gateway API takes as many.</summary>
    public const int MostHostnames = 16;

    private const string Route = "spec.rollout.route";
    private const string Pool = "spec.rollout.inferencePool";
    private const string NameRemedy = "use lower-case letters, digits, - and ., at most 253";

    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    public static IReadOnlyList<FieldError> Check(GemmaBaseImageSpec spec)
    {
        var findings = new Findings();
        if (spec.Rollout is not { } rollout)
        {
            return [];
        }

        if (rollout.Mode == RolloutMode.PublishOnly && (rollout.Route is not null || rollout.InferencePool is not null))
        {
            findings.Add(
                "spec.rollout",
                "route and inferencePool lead to served pods, and mode PublishOnly serves none",
                "set mode to Managed, or take route and inferencePool out"
            );
        }

        if (rollout.Route is { } route)
        {
            CheckRoute(route, findings);
        }

        if (rollout.InferencePool is { } pool)
        {
            CheckPool(pool.EndpointPickerRef ?? new EndpointPickerReference(), findings);
        }

        return findings.Errors;
    }

    private static void CheckRoute(RouteSpec route, Findings findings)
    {
        findings.Most($"{Route}.parentRefs", route.ParentRefs?.Count, MostParents);
        findings.Most($"{Route}.hostnames", route.Hostnames?.Count, MostHostnames);
        if (route.ParentRefs is not { Count: > 0 })
        {
            findings.Add($"{Route}.parentRefs", "it is empty", "name the Gateway that the route is attached to");
        }

        var seen = new HashSet<ParentReference>();
        foreach (var (i, parent) in (route.ParentRefs ?? []).Index())
        {
            var path = $"{Route}.parentRefs[{i}]";
            if (!Names.IsObjectName(parent?.Name ?? ""))
            {
                findings.Add($"{path}.name", $"{Quoted.Of(parent?.Name)} can't be the name of a Gateway", NameRemedy);
            }

            if (parent?.Namespace is { Length: > 0 } ns && (ns.Length > 63 || !Label().IsMatch(ns)))
            {
                findings.Add(
                    $"{path}.namespace",
                    $"{Quoted.Of(ns)} can't be a namespace",
                    "use lower-case letters, digits and -, at most 63"
                );
            }

            if (parent?.SectionName is { Length: > 0 } section && !Names.IsObjectName(section))
            {
                findings.Add(
                    $"{path}.sectionName",
                    $"{Quoted.Of(section)} can't be the name of a listener",
                    NameRemedy
                );
            }

            if (parent is not null && !seen.Add(parent))
            {
                findings.Add(path, "it is given twice", "keep one of the two");
            }
        }

        CheckMatch(route, findings);
    }

    private static void CheckMatch(RouteSpec route, Findings findings)
    {
        foreach (var (i, host) in (route.Hostnames ?? []).Index())
        {
            if (host is not { Length: <= 253 } || !Hostname().IsMatch(host) || Address().IsMatch(host))
            {
                findings.Add(
                    $"{Route}.hostnames[{i}]",
                    $"{Quoted.Of(host)} isn't a host name",
                    "write it in lower case as in gemma.example.com or *.example.com, without scheme and port"
                );
            }
        }

        if (
            route.Path is not { Length: <= SpecBounds.ModelPath }
            || !Prefix().IsMatch(route.Path)
            || Dots().IsMatch(route.Path)
        )
        {
            findings.Add(
                $"{Route}.path",
                $"{Quoted.Of(route.Path)} isn't a path",
                "write it as in / or /gemma, without . and .. parts"
            );
        }

        if (route.Timeout is { } timeout)
        {
            Durations.Check(Durations.RouteTimeout, timeout, findings);
        }
    }

    private static void CheckPool(EndpointPickerReference picker, Findings findings)
    {
        if (picker.Name is not { Length: <= 63 } || !Syntax.ServiceName().IsMatch(picker.Name))
        {
            findings.Add(
                $"{Pool}.endpointPickerRef.name",
                $"{Quoted.Of(picker.Name)} can't be the name of a Service",
                "use lower-case letters, digits and -, starting with a letter, at most 63"
            );
        }

        if (picker.Port is < 1 or > 65535)
        {
            findings.Add(
                $"{Pool}.endpointPickerRef.port",
                $"{picker.Port} is no port",
                "choose a number from 1 to 65535"
            );
        }

        findings.OneOf($"{Pool}.endpointPickerRef.failureMode", picker.FailureMode);
    }

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", Options)]
    private static partial Regex Label();

    [GeneratedRegex(@"\A(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", Options)]
    private static partial Regex Hostname();

    [GeneratedRegex(@"\A[0-9.]+\z", Options)]
    private static partial Regex Address();

    [GeneratedRegex(@"\A/([A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*/?)?\z", Options)]
    private static partial Regex Prefix();

    [GeneratedRegex(@"/[.][.]?(/|$)", Options)]
    private static partial Regex Dots();
}
