using System.Text.Json.Nodes;

namespace Quickstart.Manifests;

/// <summary>
/// Makes of a GemmaBaseImage, once the API server has taken it as it is, the copy that runs on this machine: its
/// repositories lie below the local registry, which takes anybody over plain HTTP, and what is pinned names stand-ins.
/// </summary>
internal sealed class LocalCopy
{
    private readonly List<string> _notes = [];

    private LocalCopy(JsonObject json) => Json = json;

    /// <summary>Gets the object to apply.</summary>
    public JsonObject Json { get; }

    /// <summary>Gets what differs from the manifest, for people.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Makes the copy.</summary>
    /// <param name="original">The object as it was checked.</param>
    /// <param name="registry">Host and port of the local registry.</param>
    /// <param name="standIns">By reference as written: the stand-in's own, where a digest had to be replaced.</param>
    public static LocalCopy Of(JsonObject original, string registry, IReadOnlyDictionary<string, string> standIns)
    {
        var copy = new LocalCopy((JsonObject)original.DeepClone());
        if (copy.Json["spec"] is JsonObject spec)
        {
            copy.Move(spec, registry, standIns);
        }

        return copy;
    }

    /// <summary>Sets a duration that nobody wants to wait for in front of a screen.</summary>
    /// <param name="path">Fields below spec; those that aren't there are made.</param>
    /// <param name="value">The new one.</param>
    /// <param name="instead">The one that counts without this.</param>
    public void Shorten(IReadOnlyList<string> path, string value, string instead)
    {
        var at = (JsonObject)Json["spec"]!;
        foreach (var field in path.SkipLast(1))
        {
            if (at[field] is not JsonObject below)
            {
                at[field] = below = [];
            }

            at = below;
        }

        var was = (string?)at[path[^1]] ?? instead;
        at[path[^1]] = value;
        _notes.Add($"spec.{string.Join('.', path)} is {value} here, not {was}");
    }

    /// <summary>Sets a field of the spec for a reason that people are told.</summary>
    /// <param name="path">The field's parent below spec, made where it isn't there.</param>
    /// <param name="field">The field.</param>
    /// <param name="value">Its value here.</param>
    /// <param name="why">Why.</param>
    public void Set(string path, string field, string value, string why)
    {
        var spec = (JsonObject)Json["spec"]!;
        if (spec[path] is not JsonObject at)
        {
            spec[path] = at = [];
        }

        at[field] = value;
        _notes.Add($"spec.{path}.{field} is {value} here: {why}");
    }

    private void Move(JsonObject spec, string registry, IReadOnlyDictionary<string, string> standIns)
    {
        if (spec["output"] is JsonObject output)
        {
            Below(output, "repository", registry);
            output["insecure"] = true;
            LeaveOut(output, "credentials", "spec.output.credentials");
        }

        if (spec["base"] is JsonObject declared)
        {
            Replace(declared, "image", "spec.base.image", standIns);
            LeaveOut(declared, "pullSecretRef", "spec.base.pullSecretRef");
        }

        if (spec["build"] is JsonObject build)
        {
            LeaveOut(build, "caBundleRef", "spec.build.caBundleRef", "nothing here shows a certificate");
            LeaveOut(build, "imagePullSecrets", "spec.build.imagePullSecrets");
            if (build["cache"] is JsonObject cache)
            {
                Below(cache, "repository", registry);
            }
        }

        if (spec["requirements"] is JsonObject requirements)
        {
            LeaveOut(
                requirements,
                "indexCredentialsRef",
                "spec.requirements.indexCredentialsRef",
                "no index is asked here"
            );
        }

        if (spec["rollout"]?["server"] is JsonObject server)
        {
            Replace(server, "image", "spec.rollout.server.image", standIns);
            Below(server, "image", registry);
            Below(server, "repository", registry);
            MoveModel(server["model"] as JsonObject, registry);
        }
    }

    private void MoveModel(JsonObject? model, string registry)
    {
        if (model?["image"] is JsonObject image)
        {
            Below(image, "reference", registry);
            LeaveOut(image, "pullSecretRef", "spec.rollout.server.model.image.pullSecretRef");
        }

        if (model?["hub"] is JsonObject hub && hub.Remove("endpoint"))
        {
            _notes.Add("spec.rollout.server.model.hub.endpoint is left out: the hub is a stand-in on this machine");
        }
    }

    private static void Below(JsonObject at, string field, string registry)
    {
        if ((string?)at[field] is { Length: > 0 } reference)
        {
            at[field] = $"{registry}/{reference}";
        }
    }

    private void Replace(JsonObject at, string field, string path, IReadOnlyDictionary<string, string> standIns)
    {
        if ((string?)at[field] is { Length: > 0 } reference && standIns.TryGetValue(reference, out var own))
        {
            at[field] = own;
            _notes.Add($"{path} has the digest of its stand-in here");
        }
    }

    private void LeaveOut(JsonObject at, string field, string path, string why = "the local registry asks for none")
    {
        if (at.Remove(field))
        {
            _notes.Add($"{path} is left out: {why}");
        }
    }
}
