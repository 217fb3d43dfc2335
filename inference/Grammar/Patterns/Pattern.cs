namespace GemmaInference.Grammar.Patterns;

/// <summary>Holds what a regular expression asks for.</summary>
internal abstract record Pattern
{
    private Pattern() { }

    /// <summary>Counts the characters that a text has at least.</summary>
    public abstract long Least { get; }

    /// <summary>Counts the characters that it may have; null for no end.</summary>
    public abstract long? Most { get; }

    /// <summary>Counts about how many places it takes to draw it.</summary>
    public abstract double Size { get; }

    internal sealed record One(CodeRanges Characters) : Pattern
    {
        public override double Size => 1;

        public override long Least => 1;

        public override long? Most => 1;
    }

    internal sealed record Sequence(IReadOnlyList<Pattern> Parts) : Pattern
    {
        public override double Size => Parts.Sum(part => part.Size);

        public override long Least => Parts.Sum(part => part.Least);

        public override long? Most => Parts.Any(part => part.Most is null) ? null : Parts.Sum(part => part.Most);
    }

    internal sealed record Choice(IReadOnlyList<Pattern> Options) : Pattern
    {
        public override double Size => Options.Sum(option => option.Size + 1);

        public override long Least => Options.Min(option => option.Least);

        public override long? Most =>
            Options.Any(option => option.Most is null) ? null : Options.Max(option => option.Most);
    }

    /// <param name="Count">How often at least.</param>
    /// <param name="End">How often at most; null for no end.</param>
    internal sealed record Repeat(Pattern Part, int Count, int? End) : Pattern
    {
        public override double Size => Part.Size * (End ?? Count + 1);

        public override long Least => Part.Least * Count;

        public override long? Most => Part.Most * End;
    }

    /// <summary>Stands for any text, where a pattern isn't held at a text's beginning or end.</summary>
    internal static Pattern Anything { get; } = new Repeat(new One(CodeRanges.Any), 0, null);
}
