namespace GemmaInference.Grammar.Json;

/// <summary>Draws calls of functions, in the form in which a generation of models makes them.</summary>
internal interface ICallGrammar
{
    /// <summary>Returns the rule of calls, one at least.</summary>
    /// <exception cref="SchemaException">A function's schema can't be compiled.</exception>
    int Calls();

    /// <summary>Returns the rule of calls, and of all texts that aren't.</summary>
    /// <exception cref="SchemaException">A function's schema can't be compiled.</exception>
    int CallsOrText();
}
