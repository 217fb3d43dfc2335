using GemmaInference.Model.Fields;

namespace GemmaInference.Model.Rope;

/// <summary>Reads rotary settings in both spellings of <c>config.json</c>.</summary>
internal static class RopeReader
{
    private const double LocalTheta = 10_000;
    private const double GlobalTheta = 1_000_000;

    /// <summary>Gets the part of a head that Gemma 4 rotates where everything is seen.</summary>
    private const double GlobalPart = 0.25;

    /// <summary>Reads those of Gemma 1 to 3.</summary>
    /// <param name="hasLocal">Whether sliding layers have a base of their own, as Gemma 3's do.</param>
    /// <returns>The settings of full layers and of sliding ones.</returns>
    public static (RopeSettings Global, RopeSettings Local) Read(ConfigFields text, bool hasLocal)
    {
        var parameters = text.Nested("rope_parameters");
        var global = Global(
            text,
            parameters?.Nested("full_attention") ?? parameters,
            hasLocal ? GlobalTheta : LocalTheta
        );
        var local = parameters?.Nested("sliding_attention");
        return (
            global,
            !hasLocal && local is null ? global : One(local, text.Positive(LocalTheta, "rope_local_base_freq"))
        );
    }

    /// <summary>Reads those of Gemma 4, which rotates part of a head where everything is seen.</summary>
    /// <returns>The settings of full layers and of sliding ones.</returns>
    public static (RopeSettings Global, RopeSettings Local) ReadProportional(ConfigFields text) =>
        text.Nested("rope_parameters") is { } parameters
            ? (
                Proportional(parameters.Required("full_attention"), GlobalTheta),
                Proportional(parameters.Required("sliding_attention"), LocalTheta)
            )
            : (new RopeSettings(GlobalTheta, 1, GlobalPart), new RopeSettings(LocalTheta, 1));

    /// <summary>The old spelling wins where a file has both, as in transformers: people add it by hand.</summary>
    private static RopeSettings Global(ConfigFields text, ConfigFields? parameters, double theta)
    {
        theta = text.Positive(theta, "rope_theta");
        return text.Nested("rope_scaling") is { } scaling
            ? One(scaling, One(parameters, theta).Theta)
            : One(parameters, theta);
    }

    private static RopeSettings Proportional(ConfigFields rope, double theta) =>
        rope.Text("rope_type", "type") == "proportional"
            ? new RopeSettings(
                rope.Positive(theta, "rope_theta"),
                rope.Positive(1, "factor"),
                rope.Between(0, 1, 1, "partial_rotary_factor")
            )
            : One(rope, theta);

    private static RopeSettings One(ConfigFields? rope, double theta)
    {
        if (rope is null)
        {
            return new RopeSettings(theta, 1);
        }

        var type = rope.Text("rope_type", "type") ?? "default";
        if (rope.Positive(1, "partial_rotary_factor") is not 1.0)
        {
            throw rope.Refuse("partial_rotary_factor", "only whole heads are rotated");
        }

        theta = rope.Positive(theta, "rope_theta");
        return type switch
        {
            "default" => new RopeSettings(theta, 1),
            "linear" when rope.Has("factor") => new RopeSettings(theta, rope.Positive(1, "factor")),
            "linear" => throw rope.Refuse("factor", "expected a positive number, as rope_type is linear"),
            _ => throw rope.Refuse("rope_type", $"'{type}' is not supported; expected default or linear"),
        };
    }
}
