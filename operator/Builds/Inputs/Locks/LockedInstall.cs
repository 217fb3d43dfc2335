namespace GemmaOperator.Builds.Inputs.Locks;

/// <summary>
/// Renders how a step installs what a lock lists and nothing else, by whichever pip there is: reading locks is pip's
/// own only since 26.1, where it is an experiment, and what these options do was in every pip of ten years.
/// </summary>
internal static class LockedInstall
{
    /// <summary>
    /// Names pip's options, each after a blank, beside <c>--require-hashes</c>: nothing that packages need besides, and
    /// no source, whose build would bring what nobody locked.
    /// </summary>
    public const string Options = " --no-deps --only-binary :all:";

    /// <summary>Begins what the log says for the operator.</summary>
    public const string Speaker = "gemma-operator: ";

    /// <summary>Begins what the log says where the base isn't what a lock is for (<c>lock.py</c>).</summary>
    public const string OtherBase = Speaker + "the lock is for ";

    /// <summary>Renders what comes before pip is called.</summary>
    /// <param name="isForThis">Program that holds a lock against the base, as a word of a shell.</param>
    /// <param name="requirements">File of the requirements.</param>
    public static string[] Open(string isForThis, string requirements) => [$"python3 -c {isForThis} {requirements}"];

    /// <summary>Renders what comes after: the log tells what packages lack, and the lock stays right.</summary>
    public static string[] Close() => [$"python3 -m pip check || echo \"{Speaker}the lock is installed as it is\""];
}
