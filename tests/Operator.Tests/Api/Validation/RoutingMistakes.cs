using GemmaOperator.Api.Routing;
using GemmaOperator.Api.Words;
using static Operator.Tests.Api.Validation.Specs;

namespace Operator.Tests.Api.Validation;

/// <summary>Mistakes in what stands in front of the served pods.</summary>
internal static class RoutingMistakes
{
    private const string Route = "spec.rollout.route";
    private const string Picker = "spec.rollout.inferencePool.endpointPickerRef";

    private static readonly RouteSpec Good = new() { ParentRefs = [new ParentReference { Name = "gateway" }] };

    public static IEnumerable<TestCaseData> All()
    {
        yield return Mistake(
            "a route to nothing that serves",
            RolloutWith(r => r with { Mode = RolloutMode.PublishOnly, Route = Good }),
            "spec.rollout"
        );
        yield return Mistake("a route of no Gateway", Of(Good with { ParentRefs = [] }), $"{Route}.parentRefs");
        yield return Mistake(
            "a Gateway with a slash",
            Parent(p => p with { Name = "a/b" }),
            $"{Route}.parentRefs[0].name"
        );
        yield return Mistake(
            "a namespace with a dot",
            Parent(p => p with { Namespace = "a.b" }),
            $"{Route}.parentRefs[0].namespace"
        );
        yield return Mistake(
            "a listener in capitals",
            Parent(p => p with { SectionName = "HTTPS" }),
            $"{Route}.parentRefs[0].sectionName"
        );
        yield return Mistake(
            "one Gateway twice",
            Of(Good with { ParentRefs = [Good.ParentRefs[0], Good.ParentRefs[0]] }),
            $"{Route}.parentRefs[1]"
        );
        foreach (
            var host in new[] { "Gemma.example", "https://gemma.example", "10.0.0.1", "gemma.example:443", "a\nb", "" }
        )
        {
            yield return Mistake(
                $"the host name {host}",
                Of(Good with { Hostnames = [host] }),
                $"{Route}.hostnames[0]"
            );
        }

        foreach (var path in new[] { "gemma", "/a/../b", "/a//b", "/a?b", "" })
        {
            yield return Mistake($"the path {path}", Of(Good with { Path = path }), $"{Route}.path");
        }

        yield return Mistake("a route that waits for days", Of(Good with { Timeout = "48h" }), $"{Route}.timeout");
        yield return Mistake("a picker without a name", Pool(p => p with { Name = "" }), $"{Picker}.name");
        yield return Mistake("a picker with a dot", Pool(p => p with { Name = "a.b" }), $"{Picker}.name");
        yield return Mistake("a picker's port", Pool(p => p with { Port = 0 }), $"{Picker}.port");
        yield return Mistake(
            "a picker's failure",
            Pool(p => p with { FailureMode = WireEnum<EndpointPickerFailure>.Read("Fail") }),
            $"{Picker}.failureMode"
        );
    }

    private static Func<
        GemmaOperator.Api.BaseImages.GemmaBaseImageSpec,
        GemmaOperator.Api.BaseImages.GemmaBaseImageSpec
    > Of(RouteSpec route) => RolloutWith(r => r with { Route = route });

    private static Func<
        GemmaOperator.Api.BaseImages.GemmaBaseImageSpec,
        GemmaOperator.Api.BaseImages.GemmaBaseImageSpec
    > Parent(Func<ParentReference, ParentReference> change) =>
        Of(Good with { ParentRefs = [change(Good.ParentRefs[0])] });

    private static Func<
        GemmaOperator.Api.BaseImages.GemmaBaseImageSpec,
        GemmaOperator.Api.BaseImages.GemmaBaseImageSpec
    > Pool(Func<EndpointPickerReference, EndpointPickerReference> change) =>
        RolloutWith(r =>
            r with
            {
                InferencePool = new InferencePoolSpec
                {
                    EndpointPickerRef = change(new EndpointPickerReference { Name = "picker" }),
                },
            }
        );
}
