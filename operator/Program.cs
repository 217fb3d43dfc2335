using GemmaOperator.Hosting;

return await CommandLine.RunAsync(args, Console.Error, OperatorProgram.RunAsync);
