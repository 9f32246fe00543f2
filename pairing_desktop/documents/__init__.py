"""A neutral document, written as workbook and as PDF."""
