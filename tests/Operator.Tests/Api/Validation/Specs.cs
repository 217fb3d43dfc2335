using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using k8s.Models;

namespace Operator.Tests.Api.Validation;

/// <summary>A valid object to break in one place.</summary>
internal static class Specs
{
    public static TestCaseData Mistake(
        string name,
        Func<GemmaBaseImageSpec, GemmaBaseImageSpec> mistake,
        string path,
        string reason = ImageReason.Stalled.InvalidSpec
    ) => new TestCaseData(mistake, path, reason).SetArgDisplayNames(name);

    public static GemmaBaseImageSpec Valid() =>
        new()
        {
            Base = new BaseSpec
            {
                Pytorch = "2.10.0",
                Cuda = "12.8",
                Cudnn = "9",
            },
            Output = new OutputSpec { Repository = "registry.example.com/team/gemma-base" },
        };

    public static GemmaBaseImage Image(Func<GemmaBaseImageSpec, GemmaBaseImageSpec> change, string name = "gemma") =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "team" },
            Spec = change(Valid()),
        };

    public static Func<GemmaBaseImageSpec, GemmaBaseImageSpec> Server(Func<ServerSpec, ServerSpec> change) =>
        s => s with { Rollout = s.Rollout with { Server = change(s.Rollout.Server) } };

    public static Func<GemmaBaseImageSpec, GemmaBaseImageSpec> BuildWith(Func<BuildSpec, BuildSpec> change) =>
        s => s with { Build = change(s.Build) };

    public static Func<GemmaBaseImageSpec, GemmaBaseImageSpec> Output(Func<OutputSpec, OutputSpec> change) =>
        s => s with { Output = change(s.Output) };

    public static Func<GemmaBaseImageSpec, GemmaBaseImageSpec> RolloutWith(Func<RolloutSpec, RolloutSpec> change) =>
        s => s with { Rollout = change(s.Rollout) };

    public static Func<GemmaBaseImageSpec, GemmaBaseImageSpec> Scan(Func<ScanSpec, ScanSpec> change) =>
        s => s with { Verification = s.Verification with { Scan = change(s.Verification.Scan) } };

    public static Func<GemmaBaseImageSpec, GemmaBaseImageSpec> Base(BaseSpec spec) => s => s with { Base = spec };

    public static Func<GemmaBaseImageSpec, GemmaBaseImageSpec> Python(RequirementsSpec requirements) =>
        s => s with { Requirements = requirements };
}
