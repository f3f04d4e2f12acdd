//! The two models and the characters that they know, built into the program; their digest.

use std::sync::Arc;

use rten::{Model, ModelOptions, NodeId, OpRegistry, RunOptions, ThreadPool, Value, ValueOrView, op_registry};
use sha2::{Digest as _, Sha256};

use crate::Error;

const DETECTION: &[u8] = include_bytes!("../model/detection.onnx");
const RECOGNITION: &[u8] = include_bytes!("../model/recognition.onnx");
const CHARACTERS: &str = include_str!("../model/characters.txt");

/// The name of the models, as their makers call them.
pub const NAME: &str = "PP-OCRv6 small";

/// A model with one input and one output.
pub struct Network {
    model: Model,
    input: NodeId,
    output: NodeId,
    threads: Arc<ThreadPool>,
}

impl Network {
    fn load(bytes: &'static [u8], threads: Arc<ThreadPool>) -> Result<Self, Error> {
        let failed = |reason: String| Error::Model(reason);
        let mut options = ModelOptions::with_ops(operators());
        options.prepack_weights(false);
        let model = options.load_static_slice(bytes).map_err(|error| failed(error.to_string()))?;
        let input = model.input_ids().first().copied().ok_or_else(|| failed("no input".to_owned()))?;
        let output = model.output_ids().first().copied().ok_or_else(|| failed("no output".to_owned()))?;
        Ok(Self { model, input, output, threads })
    }

    /// Runs the model.
    ///
    /// # Errors
    /// Where it does not take what is given.
    pub fn run(&self, input: ValueOrView<'_>) -> Result<Value, Error> {
        let failed = |error: rten::RunError| Error::Model(error.to_string());
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.threads)));
        let [output] = self.model.run_n(vec![(self.input, input)], [self.output], Some(options)).map_err(failed)?;
        Ok(output)
    }
}

/// What the two models are made of.
fn operators() -> OpRegistry {
    op_registry!(
        Add,
        AveragePool,
        BatchNormalization,
        Concat,
        Conv,
        ConvTranspose,
        Div,
        Erf,
        GlobalAveragePool,
        HardSigmoid,
        Identity,
        MatMul,
        MaxPool,
        Mul,
        Pow,
        ReduceMean,
        Relu,
        Reshape,
        Resize,
        Shape,
        Sigmoid,
        Slice,
        Softmax,
        Sqrt,
        Squeeze,
        Sub,
        Transpose,
        Unsqueeze
    )
}

/// Loads the model that finds lines.
pub fn detection(threads: Arc<ThreadPool>) -> Result<Network, Error> {
    Network::load(DETECTION, threads)
}

/// Loads the model that reads them.
pub fn recognition(threads: Arc<ThreadPool>) -> Result<Network, Error> {
    Network::load(RECOGNITION, threads)
}

/// Returns what each class of the reading model stands for; the first is none, the last a blank.
pub fn characters() -> Vec<&'static str> {
    let known = CHARACTERS.split_terminator('\n');
    std::iter::once("").chain(known).chain(std::iter::once(" ")).collect()
}

/// Returns the SHA-256 of both models and the characters, in lower-case hexadecimal.
pub fn digest() -> String {
    let sum = Sha256::new().chain_update(DETECTION).chain_update(RECOGNITION).chain_update(CHARACTERS).finalize();
    sum.iter().fold(String::with_capacity(64), |mut text, byte| {
        for half in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
        text
    })
}
