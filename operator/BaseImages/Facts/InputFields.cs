using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Locks;
using GemmaOperator.Text;
using k8s;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>
/// Lists the inputs of a build by field path, shortened, so that the next build can say what changed.
/// </summary>
internal static class InputFields
{
    private const string BaseImage = "spec.base.image";

    private const string Pytorch = "spec.base.pytorch";

    /// <summary>Field under which the requirements are recorded, by their hash.</summary>
    public const string Requirements = "spec.requirements";

    /// <summary>Field under which the team's own Dockerfile is recorded, by its hash.</summary>
    public const string Dockerfile = DockerfileText.Field;

    /// <summary>Field of the executor's image, recorded where the spec names it.</summary>
    public const string ExecutorImage = "spec.build.executorImage";

    /// <summary>Field of the server's image, recorded where the spec names it.</summary>
    public const string ServerImage = "spec.rollout.server.image";

    /// <summary>Bounds how many characters of a value are kept; the API allows more for the text of a change.</summary>
    private const int Limit = 200;

    /// <summary>Tells whether a field's text lives in a ConfigMap, and so may change without the spec.</summary>
    public static bool IsContent(string field) => field is Requirements or Dockerfile;

    /// <summary>Tells whether a field names the base's version, which a channel may move.</summary>
    public static bool IsBase(string field) => field is BaseImage or Pytorch;

    public static IReadOnlyDictionary<string, string> Of(
        GemmaBaseImageSpec spec,
        ParsedSpec content,
        BuildTemplate template
    )
    {
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add(BaseImage, spec.Base.Image);
        Add(Pytorch, content.Pytorch);
        Add("spec.base.cuda", content.Cuda);
        Add("spec.base.cudnn", content.Cudnn);
        Add("spec.base.flavor", spec.Base.Flavor.Text);
        Add("spec.systemPackages", string.Join(' ', content.Packages));
        Add("spec.systemUpdates.policy", content.Updates.Asked);
        Add(Requirements, content.Requirements.IsEmpty ? "" : Hash(content.Requirements.Render()));
        Add(IndexUrl.Field, content.Index?.Value);
        Add(IndexUrl.ExtraField, string.Join(' ', content.ExtraIndexes.Select(i => i.Value)));
        Add(IndexUrl.HashesField, spec.Requirements?.RequireHashes == true ? "true" : "");
        Add(LockFile.Field, content.Requirements.IsLock ? spec.Requirements?.Format?.Text : "");
        Add("spec.requirements.minAge", content.MinAge is null ? "" : spec.Requirements?.MinAge?.Text);
        Add(Dockerfile, content.Dockerfile is { } own ? Hash(own.Value) : "");
        Add("spec.user", $"{content.User.Name} {content.User.Uid}:{content.User.Gid}");
        Add("spec.env", string.Join(' ', content.Environment.Variables.Select(v => $"{v.Key}={v.Value}")));
        Add("spec.imageLabels", string.Join(' ', content.Labels.Labels.Select(l => $"{l.Key}={l.Value}")));
        Add("spec.platforms", string.Join(", ", content.Platforms.Select(p => p.Text)));
        Add(ExecutorImage, spec.Build.ExecutorImage);
        Add("spec.output.repository", template.Output.Repository);
        Add("spec.output.aliasTags", string.Join(' ', template.Output.AliasTags));
        Add(ServerImage, template.Application is null ? null : spec.Rollout.Server.Image);
        Add("spec.rollout.server.engine", template.Application?.Engine?.Text);
        Add("spec.rollout.server.repository", template.Application?.Repository);
        Add("spec.verification.nonRoot", template.Verification?.NonRoot.Text);
        Add("spec.verification.imports", string.Join(' ', template.Verification?.Imports ?? []));
        Add(
            "spec.verification.scan",
            template.Verification?.Scan is { } scan
                ? $"scanner={scan.Scanner} image={scan.Image} failOn={scan.FailOn} "
                    + $"ignoreUnfixed={scan.IgnoreUnfixed} "
                    + $"ignore={string.Join(' ', scan.Ignore.Select(i => i.Id))} "
                    + $"onScannerError={scan.OnScannerError}"
                    + (scan.Args is { Count: > 0 } args ? $" args={string.Join(' ', args)}" : "")
                    + (scan.Env is { Count: > 0 } env ? $" env={string.Join(' ', env.Select(v => v.Name))}" : "")
                    + (scan.Database is { } database ? $" database={KubernetesJson.Serialize(database)}" : "")
                : ""
        );
        Add(
            "spec.verification.pullTest",
            template.Verification is { PullTest: var pull }
                ? $"enabled={pull.Enabled} requireGPU={pull.RequireGPU} timeout={pull.Timeout}"
                : ""
        );
        return fields;

        void Add(string field, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                fields[field] = value.Length <= Limit ? value : value[..Limit] + "…";
            }
        }
    }

    private static string Hash(string text) => new Fingerprint().With("text", text).ToString();
}
