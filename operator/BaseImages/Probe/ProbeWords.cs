using GemmaOperator.Builds.Inputs.Cooldowns;

namespace GemmaOperator.BaseImages.Probe;

/// <summary>Says in words why an image gave no answer, and what to do about it.</summary>
internal static class ProbeWords
{
    /// <param name="failure">Why.</param>
    /// <param name="said">What a program said, clean and short; may be empty.</param>
    public static string Of(ProbeFailure failure, string said) =>
        failure switch
        {
            ProbeFailure.NoApt =>
                $"the image has {(said is "" or "none" ? "no package manager that is known" : said)}, "
                    + "and only apt is spoken to",
            ProbeFailure.AptBroken => $"apt finds the image's own packages broken{Said(said)}",
            ProbeFailure.MirrorUnreachable => $"apt-get update fails{Said(said)}; check that pods with the label "
                + "gemmaoperator.io/step: build reach the mirrors",
            ProbeFailure.NoSource => "apt names no repository that such updates could come from",
            ProbeFailure.AptFailed => $"apt can't tell{Said(said)}",
            ProbeFailure.NoPip => $"the image's python3 has no pip{Said(said)}",
            ProbeFailure.PipTooOld => $"{said} can't tell what it would install: that takes pip 22.2 or newer",
            ProbeFailure.PipFailed => $"pip can't tell what it would install{Said(said)}",
            ProbeFailure.NoCooldownPip =>
                "the image's pip can't leave out what is younger than spec.requirements.minAge, "
                    + $"and {Cooldown.Pip} can't be installed beside it{Said(said)}",
            ProbeFailure.IndexLacksDates => "an index doesn't tell when its packages were uploaded, which "
                + $"spec.requirements.minAge needs{Said(said)}",
            ProbeFailure.BaseUnknown => "the image doesn't say which Python packages its base brought, since an older "
                + "release built it; the next build notes that",
            ProbeFailure.TimedOut => $"a command took longer than ten minutes{Said(said)}",
            ProbeFailure.ProgramFailed => $"the program failed{Said(said)}",
            ProbeFailure.Unreadable => $"its report can't be read{Said(said)}",
            ProbeFailure.NotStarted => $"its pod doesn't start{Said(said)}",
            ProbeFailure.Interrupted => $"its pod ended without an answer{Said(said)}",
            ProbeFailure.NoAnswer =>
                $"it hasn't answered within {ProbePolicy.Patience.TotalMinutes:0} minutes{Said(said)}",
            _ => said,
        };

    private static string Said(string said) => said.Length > 0 ? $": {said}" : "";
}
